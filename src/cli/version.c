/* `hindcast version`. */
#include "cli/command.h"
#include "config/library.h"
#include "http/library.h"
#include "net/library.h"
#include "offsets/library.h"
#include "protocol/library.h"

int hc_command_version(const struct hc_command *command, int argc, char **argv)
{
    if (argc > 0) {
        char text[256];
        snprintf(text, sizeof text, "\"%.200s\" stands behind a command that takes nothing",
                 argv[0]);
        return hc_cli_complain(HC_EXIT_USAGE, command->name, text);
    }
    printf("hindcast %s\n%s, %s, %s, %s, %s\n", HINDCAST_VERSION, hc_net_libraries(),
           hp_libraries(), hc_offsets_libraries(), hc_http_libraries(), hc_config_libraries());
    return HC_EXIT_DONE;
}
