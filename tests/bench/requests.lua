-- What wrk sends: wrk -s requests.lua URL -- KIND FIRST
-- KIND is one of the names in `paths`. FIRST is the number of the first run that "cancel" takes;
-- every cancel is for the next run. uid() and the numbers here are those of load.py.

local function uid(n)
    return string.format("%08x-0000-4000-8000-%012x", n * 2654435761 % 4294967296, n)
end

local finished, running = uid(0), uid(1)
local paths = {
    get     = { "GET",  "/v1/flows/runs/" .. running },
    list    = { "GET",  "/v1/flows/runs?limit=10" },
    refused = { "POST", "/v1/flows/runs/" .. finished .. "/cancel" },
}

local threads = {}

function setup(thread)
    table.insert(threads, thread)
end

function init(args)
    local kind = args[1]
    next_run = tonumber(args[2])
    wrk.headers["X-API-Key"] = "bench"

    if kind == "cancel" then
        -- Cut once, joined per request: wrk.format each time would make wrk the slower side.
        local head, tail = wrk.format("POST", "/v1/flows/runs/@/cancel"):match("^(.-)@(.*)$")
        function request()
            local n = next_run
            next_run = n + 1
            return head .. uid(n) .. tail
        end
    elseif kind == "start" then
        wrk.method, wrk.path = "POST", "/v1/flows/bench/run/async"
        wrk.headers["Content-Type"] = "application/json"
        wrk.body = '{"inputs":[{"linkedin_profile_url":"https://www.linkedin.com/in/ada-lovelace"}]}'
    elseif kind == "mixed" then
        local both = { wrk.format(unpack(paths.get)), wrk.format(unpack(paths.refused)) }
        local turn = 1
        function request()
            turn = 3 - turn
            return both[turn]
        end
    else
        wrk.method, wrk.path = unpack(paths[kind])
    end
end

-- One line for load.py. `refused` counts replies of 400 and above.
function done(summary, latency)
    local e = summary.errors
    io.write(string.format("bench requests=%d us=%d p50=%d p99=%d refused=%d broken=%d next=%d\n",
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        e.status, e.connect + e.read + e.write + e.timeout, threads[1]:get("next_run")))
end
