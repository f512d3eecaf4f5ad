-- Schedules: what runs by itself.

-- statement: schedule_add
INSERT INTO schedule
VALUES (:workspace, :uid, :flow_slug, :flow_preset_uid, :flow_preset_name, :user_uid, :workspace_uid, :status,
        :postponed_until, :cron, :timezone, :next_execution_at, :last_executed_at, :created_at, :updated_at, :inputs);
