-- load.lua - wrk asks for the paths of a file, one a line, over and over:
--     wrk -t1 -c4 -d10s --latency -s load.lua http://HOST:PORT -- PATHS
-- Prints one line of JSON behind wrk's own summary.
local requests = {}
local at = 0

function init(args)
    for path in io.lines(args[1]) do
        requests[#requests + 1] = wrk.format("GET", path)
    end
end

function request()
    at = at % #requests + 1
    return requests[at]
end

function done(summary, latency, _)
    local bad = summary.errors.connect + summary.errors.read + summary.errors.write
                + summary.errors.status + summary.errors.timeout
    io.write(string.format(
        '{"per_second": %.1f, "p50_us": %d, "p99_us": %d, "mean_us": %.1f, "max_us": %d, ' ..
        '"requests": %d, "bad": %d, "bytes": %d}\n',
        summary.requests * 1e6 / summary.duration, latency:percentile(50),
        latency:percentile(99), latency.mean, latency.max, summary.requests, bad,
        summary.bytes))
end
