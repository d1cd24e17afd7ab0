#include "VoxrigLiveLinkSource.h"

#include "Features/IModularFeatures.h"
#include "HAL/PlatformTime.h"
#include "ILiveLinkClient.h"
#include "LiveLinkTypes.h"
#include "Roles/LiveLinkAnimationRole.h"
#include "Roles/LiveLinkAnimationTypes.h"
#include "Roles/LiveLinkBasicRole.h"
#include "Roles/LiveLinkBasicTypes.h"

#include "VoxrigNative.h"

#define LOCTEXT_NAMESPACE "VoxrigLiveLinkSource"

namespace
{
	/** All sources of this process that Live Link holds. */
	TArray<TWeakPtr<FVoxrigLiveLinkSource>>& GetSources()
	{
		static TArray<TWeakPtr<FVoxrigLiveLinkSource>> Sources;
		return Sources;
	}

	template <typename CallType>
	int32 ForEachSource(CallType&& Call)
	{
		int32 Count = 0;
		for (const TWeakPtr<FVoxrigLiveLinkSource>& Weak : GetSources())
		{
			if (const TSharedPtr<FVoxrigLiveLinkSource> Source = Weak.Pin())
			{
				Call(*Source);
				++Count;
			}
		}
		return Count;
	}

	FName GetBonesSubject(FName Subject)
	{
		return FName(*(Subject.ToString() + TEXT("_Bones")));
	}
}

FVoxrigLiveLinkSource::FVoxrigLiveLinkSource(const FString& ConnectionString)
{
	TArray<FString> Names;
	ConnectionString.ParseIntoArray(Names, TEXT(","));
	for (const FString& Name : Names)
	{
		Wanted.Add(FName(*Name.TrimStartAndEnd()));
	}
}

TSharedRef<FVoxrigLiveLinkSource> FVoxrigLiveLinkSource::Make(const FString& ConnectionString)
{
	GetSources().RemoveAll([](const TWeakPtr<FVoxrigLiveLinkSource>& Source) { return !Source.IsValid(); });
	TSharedRef<FVoxrigLiveLinkSource> Source = MakeShared<FVoxrigLiveLinkSource>(ConnectionString);
	GetSources().Add(Source);
	return Source;
}

void FVoxrigLiveLinkSource::EnsureThereIsOne()
{
	IModularFeatures& Features = IModularFeatures::Get();
	static bool bMade = false; // who removes it does not want it back
	if (bMade || !Features.IsModularFeatureAvailable(ILiveLinkClient::ModularFeatureName)
		|| ForEachSource([](FVoxrigLiveLinkSource&) {}) > 0)
	{
		return;
	}
	bMade = true;
	Features.GetModularFeature<ILiveLinkClient>(ILiveLinkClient::ModularFeatureName).AddSource(Make(FString()));
}

void FVoxrigLiveLinkSource::PublishCurves(FName Subject, const TArray<FName>& Names, const std::vector<float>& Values)
{
	ForEachSource([&](FVoxrigLiveLinkSource& Source) { Source.PushCurves(Subject, Names, Values); });
}

void FVoxrigLiveLinkSource::PublishBones(FName Subject, const FQuat (&Turns)[3])
{
	ForEachSource([&](FVoxrigLiveLinkSource& Source) { Source.PushBones(Subject, Turns); });
}

void FVoxrigLiveLinkSource::RemoveSubject(FName Subject)
{
	ForEachSource([&](FVoxrigLiveLinkSource& Source) {
		Source.Remove(Subject);
		Source.Remove(GetBonesSubject(Subject));
	});
}

bool FVoxrigLiveLinkSource::Takes(FName Subject) const
{
	return Client != nullptr && (Wanted.IsEmpty() || Wanted.Contains(Subject));
}

void FVoxrigLiveLinkSource::PushCurves(FName Subject, const TArray<FName>& Names, const std::vector<float>& Values)
{
	if (!Takes(Subject))
	{
		return;
	}
	const FLiveLinkSubjectKey Key(SourceGuid, Subject);
	if (!Known.Contains(Subject))
	{
		Known.Add(Subject);
		FLiveLinkStaticDataStruct StaticData(FLiveLinkBaseStaticData::StaticStruct());
		StaticData.Cast<FLiveLinkBaseStaticData>()->PropertyNames = Names;
		Client->PushSubjectStaticData_AnyThread(Key, ULiveLinkBasicRole::StaticClass(), MoveTemp(StaticData));
	}
	FLiveLinkFrameDataStruct FrameData(FLiveLinkBaseFrameData::StaticStruct());
	FLiveLinkBaseFrameData& Frame = *FrameData.Cast<FLiveLinkBaseFrameData>();
	Frame.WorldTime = FPlatformTime::Seconds();
	Frame.PropertyValues.Append(Values.data(), static_cast<int32>(Values.size()));
	Client->PushSubjectFrameData_AnyThread(Key, MoveTemp(FrameData));
}

void FVoxrigLiveLinkSource::PushBones(FName Subject, const FQuat (&Turns)[3])
{
	if (!Takes(Subject))
	{
		return;
	}
	const FName BonesSubject = GetBonesSubject(Subject);
	const FLiveLinkSubjectKey Key(SourceGuid, BonesSubject);
	if (!Known.Contains(BonesSubject))
	{
		Known.Add(BonesSubject);
		FLiveLinkStaticDataStruct StaticData(FLiveLinkSkeletonStaticData::StaticStruct());
		FLiveLinkSkeletonStaticData& Skeleton = *StaticData.Cast<FLiveLinkSkeletonStaticData>();
		TArray<FName> Names;
		for (std::size_t Bone = 0; Bone < voxrig::plugin::FacePose::bones; ++Bone)
		{
			Names.Add(Voxrig::ToName(voxrig::plugin::FacePose::bone_name(Bone)));
		}
		Skeleton.SetBoneNames(Names);
		Skeleton.SetBoneParents({ INDEX_NONE, 0, 0 });
		Client->PushSubjectStaticData_AnyThread(Key, ULiveLinkAnimationRole::StaticClass(), MoveTemp(StaticData));
	}
	FLiveLinkFrameDataStruct FrameData(FLiveLinkAnimationFrameData::StaticStruct());
	FLiveLinkAnimationFrameData& Frame = *FrameData.Cast<FLiveLinkAnimationFrameData>();
	Frame.WorldTime = FPlatformTime::Seconds();
	for (const FQuat& Turn : Turns)
	{
		Frame.Transforms.Add(FTransform(Turn));
	}
	Client->PushSubjectFrameData_AnyThread(Key, MoveTemp(FrameData));
}

void FVoxrigLiveLinkSource::Remove(FName Subject)
{
	if (Client != nullptr && Known.Remove(Subject) > 0)
	{
		Client->RemoveSubject_AnyThread(FLiveLinkSubjectKey(SourceGuid, Subject));
	}
}

void FVoxrigLiveLinkSource::ReceiveClient(ILiveLinkClient* InClient, FGuid InSourceGuid)
{
	Client = InClient;
	SourceGuid = InSourceGuid;
}

bool FVoxrigLiveLinkSource::IsSourceStillValid() const
{
	return Client != nullptr;
}

bool FVoxrigLiveLinkSource::RequestSourceShutdown()
{
	Client = nullptr;
	Known.Reset();
	return true;
}

FText FVoxrigLiveLinkSource::GetSourceType() const
{
	return LOCTEXT("SourceType", "Voxrig");
}

FText FVoxrigLiveLinkSource::GetSourceMachineName() const
{
	return LOCTEXT("SourceMachineName", "this process");
}

FText FVoxrigLiveLinkSource::GetSourceStatus() const
{
	return Known.IsEmpty() ? LOCTEXT("StatusIdle", "No session is open") : LOCTEXT("StatusActive", "Active");
}

#undef LOCTEXT_NAMESPACE
