// To try it out, and for development: cheap, reachable, small ceilings.
using 'main.bicep'

param environmentName = 'dev'
