// A stand-in for a syntax check: declarations of the engine's that the plugin uses, and no Unreal.
#pragma once

#include "ILiveLinkSource.h"
#include "LiveLinkTypes.h"

class ULiveLinkRole;

class ILiveLinkClient {
public:
    static FName ModularFeatureName;
    virtual ~ILiveLinkClient() {}
    virtual FGuid AddSource(TSharedPtr<ILiveLinkSource>) = 0;
    virtual void PushSubjectStaticData_AnyThread(const FLiveLinkSubjectKey&, TSubclassOf<ULiveLinkRole>, FLiveLinkStaticDataStruct&&) = 0;
    virtual void PushSubjectFrameData_AnyThread(const FLiveLinkSubjectKey&, FLiveLinkFrameDataStruct&&) = 0;
    virtual void RemoveSubject_AnyThread(const FLiveLinkSubjectKey&) = 0;
};
