#include "base/machine.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What one control group grants, or `most`, where it does not say or says "max". */
static double group_limit(const char *group, double most) {
  char path[4352];
  double bytes;
  snprintf(path, sizeof path, "/sys/fs/cgroup%s/memory.max", group);
  FILE *file = fopen(path, "r");
  if (!file) return most;
  const int n = fscanf(file, "%lf", &bytes);
  fclose(file);
  return n == 1 && bytes < most ? bytes : most;
}

/* The path of this process' group below the root of groups; false where there is none of version 2. */
static bool find_group(char *group, size_t size) {
  char line[4200];
  bool found = false;
  FILE *file = fopen("/proc/self/cgroup", "r");
  if (!file) return false;
  while (!found && fgets(line, sizeof line, file)) found = strncmp(line, "0::", 3) == 0;
  fclose(file);
  if (!found) return false;
  line[strcspn(line, "\n")] = '\0';
  snprintf(group, size, "%s", line + 3);
  return true;
}

/* Every group above has a limit of its own. */
static double least_limit(double most) {
  char group[4200];
  if (!find_group(group, sizeof group)) return most;
  for (char *end = group + strlen(group); end; end = strrchr(group, '/')) {
    *end = '\0';
    most = group_limit(group, most);
  }
  return most;
}

double iso_machine_memory(void) {
  const long pages = sysconf(_SC_PHYS_PAGES), bytes = sysconf(_SC_PAGESIZE);
  return pages > 0 && bytes > 0 ? least_limit((double)pages * (double)bytes) : 0;
}

double iso_machines_memory(MPI_Comm comm) {
  MPI_Comm machine;
  int rank;
  double known[2] = {0, 0}; /* bytes, machines that do not say */
  MPI_Comm_split_type(comm, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  MPI_Comm_rank(machine, &rank);
  MPI_Comm_free(&machine);
  if (rank == 0) known[0] = iso_machine_memory(), known[1] = known[0] == 0;
  MPI_Allreduce(MPI_IN_PLACE, known, 2, MPI_DOUBLE, MPI_SUM, comm);
  return known[1] > 0 ? 0 : known[0];
}
