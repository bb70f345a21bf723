// To try it out, and for development: cheap, reachable, small ceilings.
using 'main.bicep'

param environmentName = 'dev'

// Orders are answered by mail: add 'orders' here, and below it your server:
// param mail = { host: 'smtp.example.com', user: 'tally', from: 'shop@example.com', approver: 'you@example.com' }
// param mailPassword = readEnvironmentVariable('TALLY_SMTP_PASSWORD', '')
param chains = ['face-happiness', 'media']
