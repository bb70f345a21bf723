import { app } from '@azure/functions';
import { service } from '../service.ts';

// Models take two seconds to load, so loading begins with the app and not with its first call.
app.hook.appStart(() => service.pool.start());

app.hook.appTerminate(() => service.pool.close());
