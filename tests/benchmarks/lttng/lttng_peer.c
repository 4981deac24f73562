#include "lttng_peer.h"

#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE
#include "lttng_provider.h"

void lttng_events(unsigned long count) {
  for (unsigned long number = 0; number < count; ++number) {
    lttng_ust_tracepoint(queuescope_benchmark, event, 7, 1, number, 0);
  }
}

int lttng_records(void) { return lttng_ust_tracepoint_enabled(queuescope_benchmark, event) != 0; }
