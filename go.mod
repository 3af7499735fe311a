module github.com/lockkit/lockkit

go 1.26
