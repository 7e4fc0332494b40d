-- +goose Up
-- PostgreSQL measures its tables by itself.
SELECT 1;

-- +goose Down
SELECT 1;
