import { call } from '../../../data/call.ts';

/**
 * Opens a file of a run in a tab of its own, by a link that is made for this click.
 * @throws Error where there is none, or the browser opens no tab
 */
export async function openFile(id: string, file: string): Promise<void> {
  // At once, while the click counts: later a browser would take it for a pop-up.
  const tab = window.open('about:blank', '_blank');
  if (tab === null) throw new Error('The browser has opened no tab; allow pop-ups of this page.');
  tab.opener = null;
  try {
    const { body } = await call('linkFile', { params: { id, file } });
    tab.location.replace(body.url);
  } catch (error) {
    tab.close();
    throw error;
  }
}
