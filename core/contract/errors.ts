// Owns what clients need of the errors: the class as it arrives, and its message in the reader's language.
export { remarkText } from '../base/remarks.ts';
export { AppError, type ErrorCode, renderMessage, type SerializedError } from '../base/errors.ts';
