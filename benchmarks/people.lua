-- People for wrk: they walk through a questionnaire page by page, or send one and the same page again and again.
-- After `--` come: walk, the links with commas between them, all answers as a form sends them, how many milliseconds
-- somebody thinks (0: not at all); or: again, what is sent. Of those who send again and again wrk itself counts who was
-- refused: to be told of each answer takes about an eighth of its time (decision 0028).

statuses = {}  -- status → how often; one of each thread, which `done` reads
local threads, states = {}, {}

function setup(thread)
  threads[#threads + 1] = thread
end

function init(args)
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
  if args[1] == "walk" then
    local firsts = {}
    for link in args[2]:gmatch("[^,]+") do
      -- A new connection for each person, else one of two workers may have all of them.
      firsts[#firsts + 1] = wrk.format("POST", "/open/" .. link, {["Connection"] = "close"})
    end
    walk(firsts, args[3], tonumber(args[4]))
  else
    wrk.headers["Connection"] = "close"
    local what = wrk.format("POST", "/answer?lang=zh", nil, args[2])
    request = function() return what end
  end
end

-- A page's state says which page it is, and stands in the page before; whichever connection is free sends it. Every
-- page is sent all answers: it takes its own.
function walk(firsts, answers, think)
  request = function()
    local state = table.remove(states)
    return state and wrk.format("POST", "/answer", nil, answers .. "&state=" .. state) or firsts[math.random(#firsts)]
  end
  response = function(status, _, body)
    statuses[status] = (statuses[status] or 0) + 1
    local _, before = body:find('name="state" value="', 1, true)
    if before then
      states[#states + 1] = body:sub(before + 1, body:find('"', before + 1, true) - 1)
    end
  end
  if think > 0 then
    delay = function() return -think * math.log(1 - math.random()) end
  end
end

function done(summary, latency)
  local counted, errors = {}, summary.errors
  for _, thread in ipairs(threads) do
    for status, times in pairs(thread:get("statuses")) do
      counted[#counted + 1] = string.format('"%d": %d', status, times)
    end
  end
  if #counted == 0 then
    counted = {string.format('"answered": %d, "refused": %d', summary.requests - errors.status, errors.status)}
  end
  print(string.format(
    '\n{"seconds": %f, "statuses": {%s}, "median": %f, "late": %f, "failures": %d}',
    summary.duration / 1e6, table.concat(counted, ", "), latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
    errors.connect + errors.read + errors.write + errors.timeout))
end
