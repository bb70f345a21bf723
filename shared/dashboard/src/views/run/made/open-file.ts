import { call } from '../../../data/call.ts';

/**
 * Opens a file of a run in a new tab, by a link that is made for this click.
 * @throws Error when there is no file, or the browser opens no tab
 */
export async function openFile(id: string, file: string): Promise<void> {
  // Opened at once, while the click counts. Later a browser would block it as a pop-up.
  const tab = window.open('about:blank', '_blank');
  if (tab === null) throw new Error('The browser opened no tab; allow pop-ups for this page.');
  tab.opener = null;
  try {
    const { body } = await call('linkFile', { params: { id, file } });
    tab.location.replace(body.url);
  } catch (error) {
    tab.close();
    throw error;
  }
}
