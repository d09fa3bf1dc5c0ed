// Owns `npm run gpu:tfjs`: adds TensorFlow.js's native package and fetches its library, which no registry carries. CUDA 11.2 and
// cuDNN 8.1, which that library is built for, must be installed on the machine already.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AppError } from '../../../core/base/errors.ts';
import { agreed, asScript, type Download, reportEngine, runProgram } from './fetching.ts';

const PACKAGE = '@tensorflow/tfjs-node-gpu';
const VERSION = '4.22.0';
const STORAGE = 'https://storage.googleapis.com';
/** Version of libtensorflow that the package loads, by platform; it is built for no other. */
const LIBRARIES: Record<string, { library: string; binding: string } | undefined> = {
  'linux x64': { library: 'libtensorflow-gpu-linux-x86_64-2.9.1.tar.gz', binding: `GPU-linux-${VERSION}.tar.gz` },
  'win32 x64': { library: 'libtensorflow-gpu-windows-x86_64-2.9.1.zip', binding: `GPU-windows-${VERSION}.zip` },
};

await asScript(async (args) => {
  const platform = `${process.platform} ${process.arch}`;
  const files = LIBRARIES[platform];
  if (!files) throw new AppError('resource/engine-other-platform', { engine: 'tfjs-node-gpu', platform });
  const downloads: Download[] = [
    { what: 'libtensorflow with CUDA', url: `${STORAGE}/tensorflow/libtensorflow/${files.library}` },
    {
      what: 'its binding for node',
      url: `${STORAGE}/tf-builds/pre-built-binary/napi-v8/${VERSION}/${files.binding}`,
    },
  ];
  if (!(await agreed(downloads, args))) return;
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  // Not saved: the next `npm ci` of someone without a card must not fetch it.
  await runProgram('npm', ['install', '--no-save', '--ignore-scripts', `${PACKAGE}@${VERSION}`], root);
  const folder = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));
  await runProgram(process.execPath, [join('scripts', 'install.js'), 'gpu', 'download'], folder);
  await reportEngine('tfjs-node-gpu');
});
