#define HP_DEFINE_TABLES
#include "protocol/messages.h"
