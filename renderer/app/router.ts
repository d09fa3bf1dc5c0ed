// Owns the routes: one page each, loaded when first visited. The route's name is the key of its title.
import { createRouter, createWebHistory, type Router, type RouteRecordRaw } from 'vue-router';
import type { messages } from './messages.ts';

export type PageTitle = keyof (typeof messages.en)['pages'];

declare module 'vue-router' {
  interface RouteMeta {
    title: PageTitle;
    /** The entry of the navigation that is lit; the page's own title unless given. */
    under?: PageTitle;
  }
}

export const routes: RouteRecordRaw[] = [
  { path: '/', component: () => import('../features/overview/overview-page.vue'), meta: { title: 'overview' } },
  { path: '/datasets', component: () => import('../features/datasets/datasets-page.vue'), meta: { title: 'datasets' } },
  {
    path: '/import',
    component: () => import('../features/datasets/import-page.vue'),
    meta: { title: 'import', under: 'datasets' },
  },
  {
    path: '/fetch',
    component: () => import('../features/datasets/fetch-page.vue'),
    meta: { title: 'fetch', under: 'datasets' },
  },
  {
    path: '/datasets/:name',
    component: () => import('../features/datasets/dataset-page.vue'),
    props: true,
    meta: { title: 'dataset', under: 'datasets' },
  },
  { path: '/features', component: () => import('../features/features/features-page.vue'), meta: { title: 'features' } },
  { path: '/graph', component: () => import('../features/graph/graph-page.vue'), meta: { title: 'graph' } },
  { path: '/train', component: () => import('../features/train/train-page.vue'), meta: { title: 'train' } },
  { path: '/runs', component: () => import('../features/runs/runs-page.vue'), meta: { title: 'runs' } },
  {
    path: '/runs/:id',
    component: () => import('../features/runs/run-page.vue'),
    props: true,
    meta: { title: 'run', under: 'runs' },
  },
  {
    path: '/checkpoints/:id',
    component: () => import('../features/checkpoints/checkpoint-page.vue'),
    props: true,
    meta: { title: 'checkpoint', under: 'compare' },
  },
  { path: '/compare', component: () => import('../features/checkpoints/compare-page.vue'), meta: { title: 'compare' } },
  {
    path: '/backtests',
    component: () => import('../features/backtests/backtests-page.vue'),
    meta: { title: 'backtests' },
  },
  {
    path: '/backtests/:id',
    component: () => import('../features/backtests/backtest-page.vue'),
    props: true,
    meta: { title: 'backtest', under: 'backtests' },
  },
  { path: '/jobs', component: () => import('../features/jobs/jobs-page.vue'), meta: { title: 'jobs' } },
  { path: '/settings', component: () => import('../features/settings/settings-page.vue'), meta: { title: 'settings' } },
  {
    path: '/:path(.*)*',
    component: () => import('../features/problems/not-found-page.vue'),
    meta: { title: 'notFound' },
  },
];

export const makeRouter = (): Router => createRouter({ history: createWebHistory(), routes });
