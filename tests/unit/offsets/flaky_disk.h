/* A disk that fails when told: a layer over SQLite's own file system. */
#ifndef HC_TEST_FLAKY_DISK_H
#define HC_TEST_FLAKY_DISK_H

#include <sqlite3.h>
#include <stdbool.h>
#include <string.h>

static struct {
    bool writes_full; /* as ENOSPC */
    bool writes_fail; /* as EIO */
    int syncs_left;   /* the nth sync from now fails; 0: none does */
} flaky_disk;

/* A file keeps the methods of its kind with ours in place of two. */
struct flaky_kind {
    sqlite3_io_methods methods; /* first: what a file points to */
    const sqlite3_io_methods *real;
};

static struct flaky_kind flaky_kinds[8];

static const sqlite3_io_methods *flaky_real(const sqlite3_file *file)
{
    return ((const struct flaky_kind *)(const void *)file->pMethods)->real;
}

static int flaky_write(sqlite3_file *file, const void *data, int size, sqlite3_int64 offset)
{
    if (flaky_disk.writes_full) {
        return SQLITE_FULL;
    }
    if (flaky_disk.writes_fail) {
        return SQLITE_IOERR_WRITE;
    }
    return flaky_real(file)->xWrite(file, data, size, offset);
}

static int flaky_sync(sqlite3_file *file, int flags)
{
    if (flaky_disk.syncs_left > 0 && --flaky_disk.syncs_left == 0) {
        return SQLITE_IOERR_FSYNC;
    }
    return flaky_real(file)->xSync(file, flags);
}

static int flaky_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out)
{
    sqlite3_vfs *real = vfs->pAppData;
    int code = real->xOpen(real, name, file, flags, out);
    if (code != SQLITE_OK || !file->pMethods) {
        return code;
    }
    size_t kind = 0;
    while (flaky_kinds[kind].real && flaky_kinds[kind].real != file->pMethods) {
        kind++;
    }
    flaky_kinds[kind].real = file->pMethods;
    flaky_kinds[kind].methods = *file->pMethods;
    flaky_kinds[kind].methods.xWrite = flaky_write;
    flaky_kinds[kind].methods.xSync = flaky_sync;
    file->pMethods = &flaky_kinds[kind].methods;
    return code;
}

/* Makes the disk whole again. Returns its name. */
static inline const char *flaky_disk_register(void)
{
    static sqlite3_vfs vfs;
    memset(&flaky_disk, 0, sizeof flaky_disk);
    if (!vfs.zName) {
        sqlite3_vfs *real = sqlite3_vfs_find(NULL);
        vfs = *real;
        vfs.zName = "flaky";
        vfs.pNext = NULL;
        vfs.pAppData = real;
        vfs.xOpen = flaky_open;
        sqlite3_vfs_register(&vfs, 0);
    }
    return vfs.zName;
}

#endif
