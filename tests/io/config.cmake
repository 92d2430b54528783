iso_test(test_config SOURCES test_config.c LIBS iso_io)
iso_test(test_config_load SOURCES test_config_load.c LIBS iso_io RANKS 1 2)
iso_test(io_cache SOURCES test_cache.c LIBS iso_io)
iso_test(test_summary SOURCES test_summary.c LIBS iso_io)
