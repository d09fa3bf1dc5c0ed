// Owns sending a file to the host: over HTTP in both hosts, with progress and cancellation.
import { AppError, type ErrorCode, type SerializedError } from '../../core/contract/errors.ts';

/**
 * @param onProgress bytes sent and in all
 * @returns the path under which calls (datasets.inspect, datasets.import, checkpoints.import) know the file
 * @throws AppError as the host refused it; state/disconnected where it could not be reached; cancelled
 */
export function uploadFile(
  file: File,
  onProgress: (sent: number, total: number) => void = () => {},
  signal?: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    // fetch tells no upload progress.
    const request = new XMLHttpRequest();
    request.open('POST', `/upload?name=${encodeURIComponent(file.name)}`);
    request.responseType = 'json';
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(loaded, total));
    request.addEventListener('load', () => {
      const answer = request.response as { path?: string; error?: SerializedError } | null;
      if (request.status < 300 && answer?.path) return resolve(answer.path);
      const { error } = answer ?? {};
      if (error && error.code !== 'bug') return reject(new AppError(error.code as ErrorCode, error.params as never));
      reject(new Error(error?.message ?? `HTTP ${request.status}`));
    });
    request.addEventListener('error', () => reject(new AppError('state/disconnected', {})));
    request.addEventListener('abort', () => reject(new AppError('cancelled', {})));
    signal?.addEventListener('abort', () => request.abort(), { once: true });
    request.send(file);
  });
}
