package cache

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// migrate brings the schema up to date. Replicas that start together are
// serialised: on PostgreSQL by a session lock, on SQLite by its one write lock.
func (db *DB) migrate(ctx context.Context) error {
	provider, err := db.provider()
	if err != nil {
		return fmt.Errorf("prepare the schema: %w", err)
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return fmt.Errorf("read the schema's version: %w", translate(err))
	}
	if current > target {
		return fmt.Errorf("%w (schema %d, this binary knows %d): install that version again, or restore a backup", ErrNewerSchema, current, target)
	}
	if current == target {
		return nil
	}
	_, failed := provider.Up(ctx)
	if failed == nil {
		return nil
	}
	// Another process may have been faster; then there is nothing left to do.
	if current, target, err := provider.GetVersions(ctx); err == nil && current == target {
		return nil
	}
	return fmt.Errorf("bring the schema up to date: %w", translate(failed))
}

func (db *DB) provider() (*goose.Provider, error) {
	dir, err := fs.Sub(migrations, "migrations/"+db.dialect.name)
	if err != nil {
		return nil, err
	}
	opts := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if db.IsPostgres() {
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 120))
		if err != nil {
			return nil, err
		}
		opts = append(opts, goose.WithSessionLocker(locker))
	}
	p, err := goose.NewProvider(db.dialect.goose, db.writer.DB, dir, opts...)
	if errors.Is(err, goose.ErrNoMigrations) {
		return nil, errors.New("no migrations are built in")
	}
	return p, err
}
