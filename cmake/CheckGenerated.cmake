# Fails when DOCUMENT is not what PROGRAM prints.
execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE printed RESULT_VARIABLE result)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "${PROGRAM} failed: ${result}")
endif()
file(READ ${DOCUMENT} stored)
if(NOT printed STREQUAL stored)
  message(FATAL_ERROR "${DOCUMENT} is out of date; renew it: ${PROGRAM} > ${DOCUMENT}")
endif()
