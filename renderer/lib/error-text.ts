// Owns how an error reads: the translated message of an AppError, and of a bug what to quote when reporting it.
import { AppError, type ErrorCode, renderMessage, type SerializedError } from '../../core/contract/errors.ts';
import { defineMessages, locale, useMessages } from './i18n.ts';

const messages = defineMessages({
  en: {
    titles: {
      input: 'That input does not fit',
      data: 'Something is wrong with the data',
      source: 'The source did not deliver',
      config: 'A setting does not fit',
      model: 'The model cannot be used',
      resource: 'The machine lacks something',
      worker: 'The worker process ended',
      state: 'That is not possible now',
      cancelled: 'Cancelled',
    },
    bug: 'A fault in Phasor',
    bugDetail: 'This should not have happened; your data is untouched. The log holds the details: {message}',
  },
  ja: {
    titles: {
      input: '入力が正しくありません',
      data: 'データに問題があります',
      source: 'データソースから取得できません',
      config: '設定が正しくありません',
      model: 'モデルを使用できません',
      resource: 'マシンの資源が足りません',
      worker: 'ワーカープロセスが終了しました',
      state: '今は実行できません',
      cancelled: 'キャンセルしました',
    },
    bug: 'Phasor の不具合',
    bugDetail: '想定外のエラーです。データに影響はありません。詳細はログにあります: {message}',
  },
});

export interface ErrorText {
  title: string;
  /** What was wrong, where, and what to do. */
  detail: string;
  code: string;
}

/** @returns puts an error, as thrown or as stored, into the reader's language */
export function useErrorText(): (error: Error | SerializedError) => ErrorText {
  const t = useMessages(messages);
  return (error) => {
    const code = error instanceof AppError || !(error instanceof Error) ? (error as SerializedError).code : 'bug';
    if (code === 'bug') return { title: t('bug'), detail: t('bugDetail', { message: error.message }), code };
    const { params } = error as SerializedError;
    const kind = code.split('/')[0] as keyof (typeof messages.en)['titles'];
    return { title: t(`titles.${kind}`), detail: renderMessage(code as ErrorCode, params, locale.value), code };
  };
}
