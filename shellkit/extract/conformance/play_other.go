//go:build !linux

package conformance

import "github.com/lockkit/lockkit/shellkit/source"

type player struct{}

func newPlayer() (*player, error) { return nil, ErrCannot }

func (*player) close() error { return nil }

func (*player) play(source.Dialect, *script, map[string]string) (run, error) {
	return run{}, ErrCannot
}
