-- Run once, when the database server makes its first files.
create database ballots;
create database answers;
create database assistance;
