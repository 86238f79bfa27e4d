# Flags that every target of the project shares.
add_library(hc_warnings INTERFACE)
target_compile_options(hc_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wstrict-prototypes -Wundef -Wvla
  -Wmissing-prototypes -fno-common -fno-strict-aliasing)
target_compile_definitions(hc_warnings INTERFACE _GNU_SOURCE HINDCAST_VERSION="${PROJECT_VERSION}")
if(HINDCAST_WERROR)
  target_compile_options(hc_warnings INTERFACE -Werror)
endif()
if(HINDCAST_SANITIZE)
  target_compile_options(hc_warnings INTERFACE
    -fsanitize=${HINDCAST_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  target_link_options(hc_warnings INTERFACE -fsanitize=${HINDCAST_SANITIZE})
endif()
if(HINDCAST_COVERAGE)
  target_compile_options(hc_warnings INTERFACE --coverage -O0 -g)
  target_link_options(hc_warnings INTERFACE --coverage)
endif()
