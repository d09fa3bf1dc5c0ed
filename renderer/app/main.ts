// Owns the start of the interface: preferences and theme first, then the connection, then the page.
import { createApp } from 'vue';
import { openClient, provideClient } from '../lib/client.ts';
import { followLocale } from '../lib/i18n.ts';
import { followSettings, startPreferences } from '../lib/preferences.ts';
import { followTheme } from '../lib/theme.ts';
import App from './app.vue';
import { provideFetchAhead } from './fetch-ahead.ts';
import { makeRouter } from './router.ts';
import './style.css';

startPreferences(window);
followTheme(document.documentElement);
followLocale(document.documentElement);

const client = openClient(window);
followSettings(client);
const app = createApp(App);
provideClient(app, client);
const router = makeRouter();
provideFetchAhead(app, router, client);
app.use(router).mount('#app');
