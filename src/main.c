#include "cli/cli.h"

int main(int argc, char **argv)
{
    return hc_cli_main(argc, argv);
}
