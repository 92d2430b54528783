/* Configurations: a file a subject. */
#include "config/good.h"

int main(void) { return config_values() + config_places() + config_refused() + config_dump(); }
