//go:build !unix

package people

import "io/fs"

// inode is not told by this system: name, size and time have to do.
func inode(fs.FileInfo) string { return "" }
