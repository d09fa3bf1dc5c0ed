// Owns the words of the problem pages.
import { defineMessages } from '../../lib/i18n.ts';

export const messages = defineMessages({
  en: {
    notFound: {
      title: 'There is no page at this address',
      why: 'It may have been mistyped, or what it showed was deleted. Deleted runs, datasets and backtests can be taken back from the trash in the settings.',
      overview: 'To the overview',
      trash: 'Open the trash',
    },
    gone: {
      title: 'Phasor does not answer',
      why: 'The window is here, but the process behind it has ended or cannot be reached. Nothing is lost: a run that was cut off goes on from its last checkpoint.',
      steps: 'What to do',
      restart: 'Start it again in a terminal, then open the address that it prints:',
      tunnel: 'If it runs on another machine, see whether the ssh tunnel still stands.',
      desktop: 'Close Phasor and open it again. If it keeps ending, start it from a terminal to see why.',
      again: 'Try now',
    },
    refused: {
      title: 'Phasor was started anew and does not know this page',
      why: 'Each start has a token of its own, and this page was opened with an earlier one.',
      step: 'Open the whole address, with its token, that npm start or phasor serve printed when it started.',
    },
    fault: {
      title: 'This page met a fault',
      why: 'Your workspace was not touched. Load the page again; if it happens again, quote the text below when you report it.',
      reload: 'Load again',
    },
    memory: {
      title: 'The worker ran out of memory',
      why: 'The system ended it; the rest of the workspace is intact.',
      epochs: 'Resume the run: it goes on from its last checkpoint.',
      batch: 'If it happens again, train with a smaller model or universe (hidden size, batch size, number of stocks).',
      threads: 'Use fewer threads in the settings, or close other programs.',
      settings: 'Engine and threads',
    },
    workspace: {
      title: 'This workspace is empty',
      why: 'Everything begins with a table of daily bars: CSV or Parquet, one row a stock and day. It stays on this machine.',
      import: 'Import data',
    },
  },
  ja: {
    notFound: {
      title: 'このアドレスにページはありません',
      why: 'アドレスの打ち間違いか、表示していたものが削除されています。削除した実行、データセット、バックテストは、設定のごみ箱から戻せます。',
      overview: '概要へ',
      trash: 'ごみ箱を開く',
    },
    gone: {
      title: 'Phasor が応答しません',
      why: '画面は開いていますが、背後のプロセスが終了したか、接続できません。失われたものはありません。途中で切れた実行は、最後のチェックポイントから再開できます。',
      steps: '対処',
      restart: 'ターミナルで起動し直し、表示されたアドレスを開いてください:',
      tunnel: '別のマシンで動かしている場合は、ssh トンネルがつながっているか確かめてください。',
      desktop:
        'Phasor を終了して開き直してください。繰り返し終了する場合は、ターミナルから起動すると原因が表示されます。',
      again: '今すぐ再接続',
    },
    refused: {
      title: 'Phasor が起動し直されたため、この画面は接続できません',
      why: '起動のたびに新しいトークンを発行します。この画面は以前のトークンで開かれています。',
      step: 'npm start または phasor serve の起動時に表示されたアドレスを、トークンも含めて開いてください。',
    },
    fault: {
      title: 'このページで不具合が起きました',
      why: 'ワークスペースの内容に影響はありません。読み込み直してください。繰り返す場合は、報告の際に下の文を添えてください。',
      reload: '読み込み直す',
    },
    memory: {
      title: 'ワーカーのメモリが足りなくなりました',
      why: 'システムがワーカーを終了しました。ワークスペースのほかの内容は無事です。',
      epochs: '実行を再開すると、最後のチェックポイントから続きます。',
      batch: '繰り返す場合は、モデルか対象銘柄を小さくして学習してください(隠れ層のサイズ、バッチサイズ、銘柄数)。',
      threads: '設定でスレッド数を減らすか、ほかのプログラムを閉じてください。',
      settings: 'エンジンとスレッド',
    },
    workspace: {
      title: 'このワークスペースは空です',
      why: '最初に必要なのは日足の表です。CSV または Parquet で、1 行が 1 銘柄の 1 日にあたります。データはこのマシンの外に出ません。',
      import: 'データを取り込む',
    },
  },
});
