"""Makes every script of a test fail as soon as it touches a key it does not declare."""

GUARD = """
local given = {}
for _, key in ipairs(KEYS) do given[key] = true end
local server = redis
local redis = {call = function(command, key, ...)
  if command == 'TIME' then return server.call(command) end
  if not given[key] then error('undeclared key ' .. tostring(key)) end
  return server.call(command, key, ...)
end}
"""


def guard(script: str) -> str:
    """Return the script with the check ahead of it."""
    return GUARD + script
