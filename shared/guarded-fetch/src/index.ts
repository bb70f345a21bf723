export { allowedHostsSchema } from './allowed-hosts.ts';
export type { FetchRules } from './deadline.ts';
export { type Download, type DownloadRules, downloadStream, downloadWhole } from './download.ts';
export { FetchError, type FetchErrorCode } from './fetch-error.ts';
export { type PostAnswer, postText } from './post.ts';
export type { Resolve, ResolvedAddress } from './target.ts';
