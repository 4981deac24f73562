# Installs the library with its headers, so that another project says
#   find_package(queuescope REQUIRED)
#   target_link_libraries(program PRIVATE queuescope::queue)
# and the programs, if they are built.
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/queuescope)

set_target_properties(queuescope_queue PROPERTIES EXPORT_NAME queue)
install(TARGETS queuescope_queue EXPORT queuescope ARCHIVE COMPONENT library LIBRARY COMPONENT library)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/queue/include/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)
install(EXPORT queuescope NAMESPACE queuescope:: FILE queuescopeTargets.cmake
  DESTINATION ${package_folder} COMPONENT library)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/queuescopeConfig.cmake.in
  ${PROJECT_BINARY_DIR}/queuescopeConfig.cmake INSTALL_DESTINATION ${package_folder}
  NO_SET_AND_CHECK_MACRO NO_CHECK_REQUIRED_COMPONENTS_MACRO)
write_basic_package_version_file(${PROJECT_BINARY_DIR}/queuescopeConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/queuescopeConfig.cmake ${PROJECT_BINARY_DIR}/queuescopeConfigVersion.cmake
  DESTINATION ${package_folder} COMPONENT library)

if(TARGET queuescope)
  install(TARGETS queuescope RUNTIME COMPONENT programs)
  # for the code pane, if the source folder is not there
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/sim/scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/queuescope
    COMPONENT programs FILES_MATCHING PATTERN "*.cpp")
  install(TARGETS queuescope-scenario RUNTIME DESTINATION ${CMAKE_INSTALL_LIBEXECDIR} COMPONENT programs)
endif()
