-- The history of an office's rounds. One row a form or finding a period; text keys as perfbatch/text.py makes them.
CREATE TABLE periods (
    period TEXT PRIMARY KEY,          -- YYYY-MM
    recorded TEXT NOT NULL,           -- when the run was, ISO 8601
    version TEXT NOT NULL,            -- of perfbatch
    rules TEXT NOT NULL,              -- rule books, comma separated
    token TEXT NOT NULL,              -- another for each recording
    roster INTEGER NOT NULL           -- 1 where a roster told who owes
) WITHOUT ROWID;
CREATE TABLE forms (
    period TEXT NOT NULL REFERENCES periods ON DELETE CASCADE,
    project BLOB NOT NULL,            -- identity of the project, see checking/identity.py
    named BLOB NOT NULL,              -- the same by year, unit and name, whatever the code
    year INTEGER,                     -- budget year
    department TEXT NOT NULL, unit TEXT NOT NULL, name TEXT NOT NULL, code TEXT NOT NULL,
    file TEXT NOT NULL, sheet TEXT NOT NULL,
    own_total REAL, computed_total REAL,    -- 分
    owed INTEGER NOT NULL,            -- 1 for a project of the roster that no form is
    indicators BLOB NOT NULL,         -- zlib of JSON: level2, name, target, reason of each
    PRIMARY KEY (project, period)
) WITHOUT ROWID;
CREATE INDEX forms_by_period ON forms (period);
CREATE INDEX forms_by_name ON forms (named, period);
CREATE TABLE findings (
    period TEXT NOT NULL REFERENCES periods ON DELETE CASCADE,
    finding BLOB NOT NULL,            -- identity of the finding
    project BLOB NOT NULL,
    about BLOB NOT NULL,              -- what was found and expected
    first_seen TEXT NOT NULL,         -- period in which it came first, as known when it was recorded
    times INTEGER NOT NULL,           -- rounds in which it was there, this one included, as known then
    state TEXT NOT NULL,              -- new, open or changed, as known then
    check_id TEXT NOT NULL, level TEXT NOT NULL,
    subject TEXT NOT NULL,            -- the indicator's name
    line TEXT NOT NULL,               -- the fund line
    cell TEXT NOT NULL, message TEXT NOT NULL,
    missing_reason INTEGER NOT NULL,  -- 1 for 缺偏差原因
    accepted INTEGER NOT NULL         -- 1 where the auditor accepted it: not to be mended
);
CREATE INDEX findings_by_identity ON findings (finding, period, about);
CREATE INDEX findings_by_project ON findings (project, period);
CREATE INDEX findings_by_period ON findings (period);
CREATE TABLE departments (
    period TEXT NOT NULL REFERENCES periods ON DELETE CASCADE,
    department TEXT NOT NULL,         -- '' where the forms name none
    forms INTEGER NOT NULL,
    rated_budget REAL NOT NULL, rated_executed REAL NOT NULL,   -- 万元, of the forms with a 执行率
    own_sum REAL NOT NULL, own_count INTEGER NOT NULL,          -- 分
    computed_sum REAL NOT NULL, computed_count INTEGER NOT NULL,
    missing_errors INTEGER NOT NULL, missing_warnings INTEGER NOT NULL,
    -- findings to mend or to look at, of the forms that count for their projects
    new INTEGER NOT NULL, open INTEGER NOT NULL, changed INTEGER NOT NULL, mended INTEGER NOT NULL,
    PRIMARY KEY (period, department)
) WITHOUT ROWID;
