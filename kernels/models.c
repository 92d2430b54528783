#include "kernels/model.h"
