-- Plain PostgreSQL: the large tables in 16 parts each, by school. docs/sharding.md says which and why.
-- Pages and mixer stopped, in each of the four databases, as the role that owns the tables:
--     psql --single-transaction --set ON_ERROR_STOP=1 --file partitions.sql postgresql://jianfu@host/ballots
-- A database has some of these tables; what it has not is passed over, and so is what is divided already.
do $$
declare
    parts constant integer := 16;
    here constant regnamespace := current_schema()::regnamespace;
    found record;
    whole record;
    row_key text;
begin
    create temporary table divided on commit drop as
        select class.oid, class.relname as name, wanted.by_column
        from pg_class class join (values
            ('slip', 'school_id'), ('open_receipt', 'school_id'), ('ballot', 'school_id'),
            ('answer', 'school_id'), ('comment', 'school_id'),
            ('plan_version', 'school_id'), ('kept_assessment', 'school_id'), ('school_tables', 'school_id'), ('school_reply', 'school_id'),
            ('enrolment', 'school_id'),
            ('help_request', 'door'), ('help_loan', 'door'), ('help_stock', 'door')
        ) as wanted (name, by_column) on wanted.name = class.relname
        where class.relkind = 'r' and class.relnamespace = here;
    -- Keys and indexes are made again under their own names, foreign keys last.
    create temporary table made_again on commit drop as
        select case contype when 'f' then 3 else 1 end as turn, contype = 'f' as is_foreign, name, conname,
               format('alter table %I add constraint %I %s', name, conname, pg_get_constraintdef(pg_constraint.oid)) as said
        from pg_constraint join divided on conrelid = divided.oid where contype in ('p', 'u', 'f')
        union all
        select 2, false, name, null, pg_get_indexdef(indexrelid)
        from pg_index join divided on indrelid = divided.oid
        where not exists (select from pg_constraint where conindid = indexrelid and contype in ('p', 'u'));
    for found in select * from made_again where is_foreign loop
        execute format('alter table %I drop constraint %I', found.name, found.conname);
    end loop;
    for whole in select * from divided loop
        -- The first column of each key is random, or nothing of a respondent: in its order rows tell nothing.
        select attname into row_key from pg_attribute join pg_index on indrelid = attrelid and attnum = indkey[0]
        where indisprimary and attrelid = whole.oid;
        execute format('alter table %I rename to undivided', whole.name);
        execute format('create table %I (like undivided including defaults) partition by hash (%I)',
                       whole.name, whole.by_column);
        for part in 0 .. parts - 1 loop
            execute format('create table %I partition of %I for values with (modulus %s, remainder %s)',
                           whole.name || '_' || part, whole.name, parts, part);
        end loop;
        execute format('insert into %I select * from undivided order by %I', whole.name, row_key);
        drop table undivided;
    end loop;
    for found in select said from made_again order by turn loop
        execute found.said;
    end loop;
end
$$;
