// queuescope without its window: for machines that have no display libraries, and for tests.
#include "sim/cli/cli.hpp"

int main(int argc, char** argv) { return qs::cli::main(argc, argv, {}); }
