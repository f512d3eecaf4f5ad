-- For people who open a file with sqlite3: the tables of the workspaces with uids, times and statuses as text. The
-- program reads none of them, and a database in memory has none.

-- piece: views
CREATE VIEW runs AS SELECT {run_shown}, {run_extra_shown}
FROM run LEFT JOIN run_extra ON run_extra.workspace = run.workspace AND run_extra.uid = run.uid WHERE run.workspace IN (SELECT id FROM workspace);
CREATE VIEW run_inputs AS SELECT {run_input_shown} FROM run_input WHERE workspace IN (SELECT id FROM workspace);
CREATE VIEW outputs AS SELECT {output_shown} FROM output WHERE workspace IN (SELECT id FROM workspace);
CREATE VIEW flows AS SELECT {flow_shown} FROM flow WHERE workspace IN (SELECT id FROM workspace);
CREATE VIEW schedules AS SELECT {schedule_shown} FROM schedule WHERE workspace IN (SELECT id FROM workspace);
CREATE VIEW callbacks AS SELECT {callback_shown} FROM callback WHERE workspace IN (SELECT id FROM workspace);
CREATE VIEW callback_attempts AS SELECT {callback_attempt_shown} FROM callback_attempt WHERE workspace IN (SELECT id FROM workspace);
CREATE VIEW workspaces AS SELECT {workspace_shown} FROM workspace;
