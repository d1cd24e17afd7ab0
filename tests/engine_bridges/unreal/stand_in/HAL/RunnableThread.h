// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "HAL/Runnable.h"

enum EThreadPriority : int { TPri_Normal, TPri_AboveNormal };
class FRunnableThread {
public:
    static FRunnableThread* Create(FRunnable*, const TCHAR*, uint32 = 0, EThreadPriority = TPri_Normal);
    virtual void WaitForCompletion() = 0;
    virtual ~FRunnableThread();
};
