-- The history of an office's rounds. One row a form or finding a period; text keys as perfbatch/text.py makes them.
CREATE TABLE periods (
    period TEXT PRIMARY KEY,          -- YYYY-MM
    recorded TEXT NOT NULL,           -- when the run was, ISO 8601
    version TEXT NOT NULL,            -- of perfbatch
    rules TEXT NOT NULL               -- rule books, comma separated
) WITHOUT ROWID;
CREATE TABLE forms (
    period TEXT NOT NULL REFERENCES periods ON DELETE CASCADE,
    project BLOB NOT NULL,            -- identity of the project, see history.py
    year INTEGER,                     -- budget year
    department TEXT NOT NULL, unit TEXT NOT NULL, name TEXT NOT NULL, code TEXT NOT NULL,
    file TEXT NOT NULL, sheet TEXT NOT NULL,
    own_total REAL, computed_total REAL,    -- 分
    budget REAL, executed REAL,             -- 万元
    PRIMARY KEY (period, project)
) WITHOUT ROWID;
CREATE TABLE indicators (
    period TEXT NOT NULL REFERENCES periods ON DELETE CASCADE,
    project BLOB NOT NULL,
    indicator BLOB NOT NULL,          -- identity of the indicator in its project
    name TEXT NOT NULL, target TEXT NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY (period, project, indicator)
) WITHOUT ROWID;
CREATE TABLE findings (
    period TEXT NOT NULL REFERENCES periods ON DELETE CASCADE,
    finding BLOB NOT NULL,            -- identity of the finding, see history.py
    project BLOB NOT NULL,
    about BLOB NOT NULL,              -- what was found and expected
    first_seen TEXT NOT NULL,         -- period in which it came first
    times INTEGER NOT NULL,           -- rounds in which it was there, this one included
    state TEXT NOT NULL,              -- new, open or changed
    check_id TEXT NOT NULL, level TEXT NOT NULL, indicator TEXT NOT NULL, cell TEXT NOT NULL,
    message TEXT NOT NULL,
    missing_reason INTEGER NOT NULL,  -- 1 for 缺偏差原因
    PRIMARY KEY (period, finding)
) WITHOUT ROWID;
CREATE INDEX findings_by_project ON findings (period, project);
