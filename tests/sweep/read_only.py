"""Runs a command with a folder on a read-only disk, on Linux and for those who may mount: read_only.py FOLDER COMMAND ARGUMENT ..."""
import ctypes
import os
import sys

CLONE_NEWNS = 0x00020000
MS_RDONLY, MS_REMOUNT, MS_BIND, MS_REC, MS_PRIVATE = 1, 32, 4096, 0x4000, 0x40000
libc = ctypes.CDLL(None, use_errno=True)


def mount(source, target, flags):
    if libc.mount(source, target, None, flags, None) != 0:
        sys.exit(77)  # it may not


if libc.unshare(CLONE_NEWNS) != 0:
    sys.exit(77)
folder = sys.argv[1].encode()
mount(None, b"/", MS_REC | MS_PRIVATE)
mount(folder, folder, MS_BIND)
mount(None, folder, MS_REMOUNT | MS_BIND | MS_RDONLY)
os.execv(sys.argv[2], sys.argv[2:])
