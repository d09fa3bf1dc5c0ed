// Owns `npm run gpu:cuda`: fetches ONNX Runtime's CUDA provider, which is too large for the npm registry, from NuGet. CUDA 12 and
// cuDNN 9 must be installed on the machine already.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { AppError } from '../../../core/base/errors.ts';
import { agreed, asScript, reportEngine, runProgram } from './fetching.ts';

const PACKAGE = 'microsoft.ml.onnxruntime.gpu.linux';

await asScript(async (args) => {
  const platform = `${process.platform} ${process.arch}`;
  if (platform !== 'linux x64') throw new AppError('resource/engine-other-platform', { engine: 'onnx-cuda', platform });
  const path = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
  const url = `https://api.nuget.org/v3-flatcontainer/${PACKAGE}/${version}/${PACKAGE}.${version}.nupkg`;
  if (!(await agreed([{ what: `CUDA provider of ONNX Runtime ${version}`, url }], args))) return;
  const installer = join(dirname(path), 'script', 'install.js');
  await runProgram(process.execPath, [installer, '--onnxruntime-node-install=cuda12']);
  await reportEngine('onnx-cuda');
});
