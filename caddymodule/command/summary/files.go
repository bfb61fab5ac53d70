package summary

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/caddy-workos/caddy-workos/caddymodule/internal/option"
	"github.com/caddy-workos/caddy-workos/emulator/fixture/disk"
)

// Files are where summaries are written; empty for nowhere.
type Files struct {
	// JUnit is replaced as a whole.
	JUnit string
	// Markdown is appended to: the summary of a step of GitHub Actions may have more in it.
	Markdown string
}

// Check tells whether the files can be written. It leaves those that are there as they are.
func (f Files) Check() error { return errors.Join(f.checkJUnit(), f.checkMarkdown()) }

func (f Files) checkJUnit() error {
	if f.JUnit == "" {
		return nil
	}
	if info, err := os.Lstat(f.JUnit); err == nil && !info.Mode().IsRegular() {
		return failed("--junit", f.JUnit, disk.ErrNoFile)
	}
	tried, err := disk.CreateTemporary(filepath.Dir(f.JUnit))
	if err != nil {
		return failed("--junit", f.JUnit, err)
	}
	return errors.Join(tried.Close(), os.Remove(tried.Name()))
}

func (f Files) checkMarkdown() error { return f.appendMarkdown(nil) }

// Write writes the files. One that cannot be written does not keep the other from being written.
func (f Files) Write(s *Summary) error {
	var all error
	if f.JUnit != "" {
		written, err := s.JUnit()
		if err == nil {
			err = disk.ReplaceFile(f.JUnit, written)
		}
		if err != nil {
			all = failed("--junit", f.JUnit, err)
		}
	}
	return errors.Join(all, f.appendMarkdown(s.Markdown()))
}

// appendMarkdown appends to the file by one write, so that others that append to it write before or after.
func (f Files) appendMarkdown(written []byte) error {
	if f.Markdown == "" {
		return nil
	}
	file, err := os.OpenFile(f.Markdown, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o666)
	if err != nil {
		return failed("--summary-md", f.Markdown, err)
	}
	if len(written) > 0 {
		_, err = bytes.NewReader(written).WriteTo(file)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return failed("--summary-md", f.Markdown, err)
	}
	return nil
}

func failed(flag, path string, err error) error {
	return fmt.Errorf("%s: %s: %w", flag, option.Shown(path), disk.WithoutPath(err))
}
