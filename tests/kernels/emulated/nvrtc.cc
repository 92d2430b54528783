/* See nvrtc.h. */
#include "nvrtc.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <unistd.h>

struct emulated_program {
  std::string source, log, image;
};

static std::string read_file(const std::string &path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream all;
  all << in.rdbuf();
  return all.str();
}

/* For the shell. */
static std::string quoted(const std::string &text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/* Like NVRTC, it knows its own options alone. Those that are ignored say what is so on the CPU. */
static bool translate(const std::string &option, std::string &command) {
  static const char *const ignored[] = {"--fmad=false", "--std=c++17", "--device-as-default-execution-space",
                                        "--ptxas-options=-v", "--gpu-architecture=sm_90"};
  static const char *const replaced[][2] = {{"--include-path=", "-I"}, {"--pre-include=", "-include "}};
  for (const char *known : ignored)
    if (option == known) return true;
  for (const auto &pair : replaced)
    if (option.rfind(pair[0], 0) == 0) {
      command += std::string(" ") + pair[1] + quoted(option.substr(strlen(pair[0])));
      return true;
    }
  if (option.rfind("-D__builtin_", 0) == 0) return true; /* gcc and clang have them */
  if (option.rfind("-D", 0) != 0) return false;
  command += " " + quoted(option);
  return true;
}

nvrtcResult nvrtcVersion(int *major, int *minor) {
  *major = 0, *minor = 1;
  return NVRTC_SUCCESS;
}

const char *nvrtcGetErrorString(nvrtcResult result) {
  return result == NVRTC_ERROR_INVALID_OPTION ? "NVRTC_ERROR_INVALID_OPTION" : "NVRTC_ERROR_COMPILATION";
}

nvrtcResult nvrtcCreateProgram(nvrtcProgram *program, const char *source, const char *, int,
                               const char *const *, const char *const *) {
  *program = new emulated_program{source, "", ""};
  return NVRTC_SUCCESS;
}

nvrtcResult nvrtcDestroyProgram(nvrtcProgram *program) {
  delete *program;
  return NVRTC_SUCCESS;
}

nvrtcResult nvrtcCompileProgram(nvrtcProgram program, int n, const char *const *options) {
  std::string command = EMULATED_COMPILER " -shared -fPIC";
  bool exact = false; /* without this option a GPU has other bits, and the CPU has not */
  for (int k = 0; k < n; k++) {
    if (!translate(options[k], command)) return NVRTC_ERROR_INVALID_OPTION;
    exact = exact || !strcmp(options[k], "--fmad=false");
  }
  if (!exact) return NVRTC_ERROR_INVALID_OPTION;
  char name[] = "/tmp/emulated_nvrtc.XXXXXX";
  if (!mkdtemp(name)) return NVRTC_ERROR_COMPILATION;
  const std::string folder = name, in = folder + "/source.cc", out = folder + "/image", log = folder + "/log";
  std::ofstream(in) << program->source;
  const int code = system((command + " " + in + " -o " + out + " >" + log + " 2>&1").c_str());
  program->log = read_file(log);
  program->image = read_file(out);
  for (const std::string &file : {in, out, log}) unlink(file.c_str());
  rmdir(name);
  return code == 0 ? NVRTC_SUCCESS : NVRTC_ERROR_COMPILATION;
}

nvrtcResult nvrtcGetCUBINSize(nvrtcProgram program, size_t *size) {
  *size = program->image.size();
  return NVRTC_SUCCESS;
}

nvrtcResult nvrtcGetCUBIN(nvrtcProgram program, char *bytes) {
  memcpy(bytes, program->image.data(), program->image.size());
  return NVRTC_SUCCESS;
}

nvrtcResult nvrtcGetProgramLogSize(nvrtcProgram program, size_t *size) {
  *size = program->log.size() + 1;
  return NVRTC_SUCCESS;
}

nvrtcResult nvrtcGetProgramLog(nvrtcProgram program, char *bytes) {
  memcpy(bytes, program->log.c_str(), program->log.size() + 1);
  return NVRTC_SUCCESS;
}
