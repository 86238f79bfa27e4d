#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *hc_status_text(enum hc_status status)
{
    static const char *const texts[] = {
#define HC_STATUS_TEXT(name, text) [HC_##name] = text,
        HC_STATUS_LIST(HC_STATUS_TEXT)
#undef HC_STATUS_TEXT
    };
    return (size_t)status < HC_COUNT(texts) ? texts[status] : "unknown status";
}

enum hc_status hc_error_set(struct hc_error *error, enum hc_status status, const char *format, ...)
{
    HC_ASSERT(status != HC_OK);
    if (error) {
        error->status = status;
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
    }
    return status;
}

static enum hc_status status_of_errno(int code)
{
    switch (code) {
    case ENOSPC:
    case EDQUOT:
        return HC_NO_SPACE;
    case ENOENT:
    case ENOTDIR:
        return HC_NOT_FOUND;
    case EACCES:
    case EPERM:
    case EROFS:
        return HC_DENIED;
    default:
        return HC_IO;
    }
}

enum hc_status hc_error_errno(struct hc_error *error, int code, const char *format, ...)
{
    enum hc_status status = status_of_errno(code);
    if (error) {
        error->status = status;
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(error->text, sizeof error->text, format, arguments);
        va_end(arguments);
        char reason[128];
        const char *text = strerror_r(code, reason, sizeof reason);
        size_t used = strlen(error->text);
        snprintf(error->text + used, sizeof error->text - used, ": %s", text);
    }
    return status;
}

enum hc_status hc_error_prefix(struct hc_error *error, const char *format, ...)
{
    HC_ASSERT(error != NULL);
    char prefix[HC_ERROR_TEXT_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(prefix, sizeof prefix, format, arguments);
    va_end(arguments);

    char text[HC_ERROR_TEXT_BYTES];
    memcpy(text, error->text, sizeof text);
    size_t used = (size_t)snprintf(error->text, sizeof error->text, "%.500s: ", prefix);
    used = HC_MIN(used, sizeof error->text - 1);
    snprintf(error->text + used, sizeof error->text - used, "%.*s",
             (int)(sizeof error->text - used - 1), text);
    return error->status;
}
