-- Citus: the large tables by school over all nodes, the small ones whole on each. docs/sharding.md says which and why.
-- In each database the part under its name, once `create extension citus` and the nodes are there, with pages and
-- mixer stopped. Written by Citus' documentation, and not run on one.

-- ballots
select create_reference_table('ballot_group');
select create_reference_table('seal_key');
select create_reference_table('asked_questionnaire');
select create_reference_table('pages_key');
select create_distributed_table('slip', 'school_id');
select create_distributed_table('open_receipt', 'school_id', colocate_with => 'slip');
select create_distributed_table('ballot', 'school_id', colocate_with => 'slip');

-- answers
select create_reference_table('legend');
select create_reference_table('counted');
select create_distributed_table('answer', 'school_id');
select create_distributed_table('comment', 'school_id', colocate_with => 'answer');

-- desk: what is not named here stays on the coordinator
select create_reference_table('bureau');
select create_reference_table('school');
select create_reference_table('campaign');
select create_reference_table('frozen_release');
select create_distributed_table('enrolment', 'school_id');
select create_distributed_table('plan_version', 'school_id', colocate_with => 'enrolment');
select create_distributed_table('kept_assessment', 'school_id', colocate_with => 'enrolment');
select create_distributed_table('school_tables', 'school_id', colocate_with => 'enrolment');
select create_distributed_table('school_reply', 'school_id', colocate_with => 'enrolment');

-- assistance
select create_reference_table('help_key_mark');
select create_reference_table('help_spent');
select create_distributed_table('help_request', 'door');
select create_distributed_table('help_loan', 'door', colocate_with => 'help_request');
select create_distributed_table('help_stock', 'door', colocate_with => 'help_request');
