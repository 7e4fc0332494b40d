//go:build unix

package people

import (
	"io/fs"
	"strconv"
	"syscall"
)

// inode tells a file apart from another that took its name.
func inode(info fs.FileInfo) string {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return strconv.FormatUint(s.Ino, 10)
	}
	return ""
}
